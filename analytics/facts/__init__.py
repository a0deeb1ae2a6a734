"""What reports need of orders, kept up as orders change."""
