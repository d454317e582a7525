"""When to look, what to look for, and who does it: timetable, checks, runner, delivery."""
