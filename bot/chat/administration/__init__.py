"""What those who run a place see and do: `/zoetrope`. Rights are judged by the flow, never here."""
