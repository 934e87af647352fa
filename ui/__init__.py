"""What the desk sees: Qt over the rooms of `showroom`, which never hear of it."""
