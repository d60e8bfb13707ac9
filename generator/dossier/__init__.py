"""What becomes of a dossier after its documents are made: signed, deadlines, what a request for payment gathers."""
