"""Alert rules that people define: lag, time lag and rates, by patterns of groups and topics."""
