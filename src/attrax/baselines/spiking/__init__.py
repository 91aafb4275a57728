"""Spiking reservoirs: liquids of integrate-and-fire neurons, their plasticity, and what is read from them."""
