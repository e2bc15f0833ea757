"""The shape of each record on the wire: input rules and output order, one file per resource."""
