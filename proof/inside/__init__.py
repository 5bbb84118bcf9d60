"""What is installed into the bot before it begins: crossings are counted, clock and disk take orders."""
