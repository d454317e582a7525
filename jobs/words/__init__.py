"""What the commands of jobs print, for people and as JSON."""
