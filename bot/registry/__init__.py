"""Four files of a private project at a commit become one registry for everybody, or words on what is wrong there."""
