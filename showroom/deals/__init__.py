"""From the order to the delivery, or its cancelling, and all that closing a deal sets going."""
