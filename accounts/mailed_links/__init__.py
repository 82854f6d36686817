"""Links that are sent by e-mail, and count once: to set a forgotten password, and to accept an invitation."""
