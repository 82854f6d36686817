"""What people see of records that hold more than is their business. Pure."""
