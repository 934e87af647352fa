"""What goes by post: the words of a card, its paper, and the queue it waits in.

`templates`, `address` and `compose` make a letter (data, no paper); `glyphs`, `lines` and `layout`
set it: which font, where a line may break, how large; `render` makes the one PDF that is previewed,
printed and saved.
`queue` knows which cards are due, printed, posted or skipped, and writes it through the journal.
"""
