"""Workbooks in and out.

In: any workbook becomes rows (`read`), its columns are understood (`columns`, `values`), every row
gets an outcome that is shown before anything is written (`plan`), and one transaction writes it
(`apply`). Out: one gate, `write`.
"""
