"""The browser workspace: a small chat of its own, for demos and for teams without another one."""
