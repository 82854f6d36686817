"""An import that takes longer than a request: it goes on where it stands when its worker is gone."""
