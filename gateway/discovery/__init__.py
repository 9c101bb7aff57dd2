"""What could be plugged in: serial ports, LLRP readers on a subnet, services that announce themselves by mDNS.

Each find comes with the entry for config.yaml to paste. A subnet and the link are asked only where the caller says so.
"""
