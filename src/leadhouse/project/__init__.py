"""Settings, URL map, command line and entry points: everything that ties the rooms into one program.

In comes the environment (`LEADHOUSE_…`); out go running processes and exit codes. No table is ours.
"""
