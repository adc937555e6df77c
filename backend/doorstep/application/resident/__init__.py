"""The resident's side: who found a card sees when somebody came, says that it was otherwise, and is answered."""
