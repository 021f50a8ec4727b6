"""Reading API descriptions into an :class:`ApiSpec`."""
