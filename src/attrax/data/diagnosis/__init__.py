"""Diagnosis: a recording examined before anything is learned from it. NumPy only, in about a second."""

from attrax.data.diagnosis.contents import clock as clock
from attrax.data.diagnosis.defects import Defects as Defects
from attrax.data.diagnosis.defects import find_defects as find_defects
from attrax.data.diagnosis.diagnosis import Diagnosis as Diagnosis
from attrax.data.diagnosis.diagnosis import diagnose as diagnose
from attrax.data.diagnosis.embedding_advice import EmbeddingAdvice as EmbeddingAdvice
from attrax.data.diagnosis.embedding_advice import advise_embedding as advise_embedding
