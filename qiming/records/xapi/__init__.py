"""The xAPI store for other systems: what they send is checked, kept and found again under `/xapi/`."""
