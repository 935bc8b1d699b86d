"""What an event says, read into one record of fixed size. It may import `detectors`."""
