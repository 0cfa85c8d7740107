"""Licences that are not for resale: a request becomes a verdict, the values to type in, a letter and a renewal."""
