"""Ask for one order at the prompt (`segurdoc new`)."""
