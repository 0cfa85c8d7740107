"""The way from an invited partner to an awarded badge, played from outside."""
