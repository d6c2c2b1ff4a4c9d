"""Hears back from the companies: rejections, returns, conversions.

In comes `POST /v1/feedback` with a company's key, and by `bulk` whole files of it; out go the credit, an
event of its own, a notice to the lead's source, and work for the rates. Ours: feedback_response.
"""
