"""What every operation is made with: who asks, with which token, how refusals, pages and changes look."""
