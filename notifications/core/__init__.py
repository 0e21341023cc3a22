"""Pure parts of the mail room: no Django, `now` is an argument."""
