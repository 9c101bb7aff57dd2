"""What a gateway that runs needs besides its steps: devices that change, figures, the service manager."""
