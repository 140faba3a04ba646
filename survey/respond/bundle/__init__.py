"""A form as it is carried away: everything a device needs to ask it without a network, signed."""
