"""Formes: pages that LibreOffice made once from a template, with places left for the values.

In printing, a forme is type locked up, ready for the press. Probing fills a template with probes instead of values;
cutting takes the probes out of the PDF that LibreOffice makes of it; setting puts an order's values there.
"""
