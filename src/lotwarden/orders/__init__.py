"""What was ordered: products, orders, lots, packing lists, serial numbers."""
