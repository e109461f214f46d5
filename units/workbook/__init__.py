"""Units, clusters, people and roles of one organiser as an Excel workbook, out and in.

`columns` says what its sheets hold and fills them, `reading` turns an uploaded one into plain rows with every fault,
`checking` says what the rows would add and change, `applying` does it, whole or not at all. Rows are matched by unit
code, cluster name and user name, never by their place; what is not in the workbook stays as it is.
"""
