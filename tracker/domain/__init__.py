"""What is true and what is allowed: values and rules, without input, output or a clock."""
