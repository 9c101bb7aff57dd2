"""The first start: a page that asks for what nobody but the site's people know, and writes config.yaml from it.

`answers` are what people say, `writing` makes the file's text of them (pure), `checking` says what is wrong with it
in the fields' own words, `app` serves the page on loopback to whoever has the code that the terminal printed.
"""
