"""What a person would write with another library; run as processes, imports and all."""
