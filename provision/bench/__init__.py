"""What `bench` measured, as figures, in two sentences and as a picture. Pure: no AWS, no time, no terminal."""
