"""ASB case reviews: who is near the threshold, who has asked, and by when each answer is due."""
