"""What has to be done later, one handler for each kind of due row."""
