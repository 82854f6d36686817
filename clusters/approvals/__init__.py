"""A second person for changes that destroy: the request that applies one is kept, and sent again once approved.

That is one mechanism for pages and API alike, and for every change there is: whatever is checked and planned when
somebody applies a change is checked and planned again, by the same code, and has to be what was confirmed.
"""
