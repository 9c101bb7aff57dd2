"""What is doubted of the data that comes in: names, numbers, units, clocks. Pure: no clock, no file, no task.

flaw          one thing wrong with one record; many of one kind are one finding
names         one thing, many names: links that people enter while the gateway runs
place_codes, party_ids, part_numbers, units      what a word must look like, and what was probably meant
clocks, two_places, unplanned                    what readings say together that cannot be, or was not planned
inspect       all of it over one batch of the pipeline
scores        how much of a party's data was usable as it came
"""
