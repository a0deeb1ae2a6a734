"""What became of orders, for Yandex Metrika and for tables of one's own."""
