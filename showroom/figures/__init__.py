"""What the rows come to: every figure with its formula, and the books and registers on paper.

Counting happens here and nowhere else; a page, the command line and a workbook show the same
figure because they ask for the same one. What leaves goes through `sheets.write`.
"""
