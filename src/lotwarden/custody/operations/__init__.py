"""Writes of custody, by subject; each public function here is one act or part of one.

desk          a lot's books under one operation: post, reserve, grade, save
lots          load orders into the books, quarantine, what an inspection means, release
dispositions  propose, authorise, take a step, withdraw, lift a hold
counts        count or scan an account
moves         send goods to another site, record their arrival
corrections   take an act back; two people where that lets units out of hold
sightings     load sightings, contradict, reopen
words         the condition or kind that a word names
grading       attach evidence, grade acts anew
"""
