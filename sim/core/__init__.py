"""The basics that everything else is built on: time, random streams, money, tables, errors."""
