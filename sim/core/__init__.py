"""What everything else is made of: time, random streams, money, tables, errors."""
