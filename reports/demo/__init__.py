"""A sample ward to try the portal with: plainly sample units and people, one finished campaign and one under way.

`ward` who there is · `shares` who holds which target · `figures` and `prose` what units answer · `finished` and
`current` the two campaigns, moved by the portal's own verbs · `honours` who is honoured · `loading` all of it, once.
"""
