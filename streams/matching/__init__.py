"""Who and where: person mentions and places in normal form, compared, judged and joined to entities."""
