"""Reports: figures that are defined once, measured over facts of orders, visits and costs."""
