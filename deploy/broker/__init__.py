"""The embedded broker, the topics on any broker, and the doctor that looks before anything is started."""
