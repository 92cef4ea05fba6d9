"""Where every unit is: transfers, counts, nonconformities, dispositions, sightings."""
