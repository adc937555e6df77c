"""The JSON API: what phones, programs and the office's own pages may ask."""
