"""What a form will be: tried out as citizens meet it, and explained as it will be analysed."""
